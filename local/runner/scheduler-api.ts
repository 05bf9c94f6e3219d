import { InputError } from '../../domain/errors.ts';
import type { ApiRequest, ApiResponse, ServiceHandler } from '../api.ts';
import { ApiError } from '../gateway/api-error.ts';
import { answering, jsonAnswer, jsonBody, notDone } from './aws-answers.ts';
import { type JsonObject, objectOf } from './json.ts';
import type { Schedule, Scheduler } from './scheduler.ts';

/** Create, update, get, delete and list schedules by call. */
export function schedulerService(scheduler: Scheduler): ServiceHandler {
  return answering('scheduler', async (request) => {
    if (request.path === '/schedules' && request.method === 'GET') {
      return jsonAnswer({ Schedules: summaries(scheduler.all(), request.query) });
    }
    const [, encoded] = /^\/schedules\/([^/]+)$/.exec(request.path) ?? [];
    if (encoded === undefined) {
      throw notDone('scheduler', `${request.method} ${request.path}`);
    }
    return answerOne(scheduler, decodeURIComponent(encoded), request);
  });
}

function answerOne(scheduler: Scheduler, name: string, request: ApiRequest): ApiResponse {
  const body = jsonBody(request);
  const inBody = request.method === 'POST' || request.method === 'PUT';
  const group = (inBody ? body.GroupName : request.query.get('groupName')) ?? 'default';
  const existing = scheduler.find(String(group), name);
  if (request.method === 'POST' && existing !== undefined) {
    throw new ApiError('ConflictException', `Schedule ${name} already exists.`, 409);
  }
  if (request.method !== 'POST' && existing === undefined) {
    throw new ApiError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);
  }
  switch (request.method) {
    case 'POST':
    case 'PUT':
      return jsonAnswer({ ScheduleArn: create(scheduler, name, body) });
    case 'DELETE':
      scheduler.delete(String(group), name);
      return jsonAnswer({});
    case 'GET':
      return jsonAnswer(existing && description(existing));
    default:
      throw notDone('scheduler', request.method);
  }
}

function create(scheduler: Scheduler, name: string, input: JsonObject): string {
  try {
    return scheduler.create(name, input, name);
  } catch (error) {
    if (error instanceof InputError) {
      throw new ApiError('ValidationException', error.message);
    }
    throw error;
  }
}

function description({ name, group, arn, input, createdMs }: Schedule) {
  return {
    State: 'ENABLED',
    ScheduleExpressionTimezone: 'UTC',
    ...input,
    Arn: arn,
    Name: name,
    GroupName: group,
    CreationDate: createdMs / 1000,
    LastModificationDate: createdMs / 1000,
  };
}

function summaries(schedules: readonly Schedule[], query: URLSearchParams) {
  const group = query.get('ScheduleGroup');
  const prefix = query.get('NamePrefix') ?? '';
  return schedules
    .filter((schedule) => (group ?? schedule.group) === schedule.group && schedule.name.startsWith(prefix))
    .map((schedule) => {
      const { Arn, Name, GroupName, State, CreationDate } = description(schedule);
      const target = objectOf(schedule.input.Target);
      return { Arn, Name, GroupName, State, CreationDate, Target: { Arn: target.Arn ?? '' } };
    });
}
