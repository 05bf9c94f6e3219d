/** Checks a condition: what to do when it holds, undefined when it does not. */
type Check = () => (() => void) | undefined;

const checks = new WeakMap<object, Check>();

/** An update in the shape that the ports pass around, which {@link transactable.check} carries out in memory. */
export function transactable(check: Check) {
  const update = {
    TableName: 'in-memory',
    Key: {},
    UpdateExpression: '',
    ConditionExpression: '',
    ExpressionAttributeNames: { '#kind': '', '#state': '' },
    ExpressionAttributeValues: {},
  };
  checks.set(update, check);
  return update;
}

transactable.check = (update: object): ReturnType<Check> => {
  const check = checks.get(update);
  if (check === undefined) {
    throw new Error('not an update of an in-memory table');
  }
  return check();
};
