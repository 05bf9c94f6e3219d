import type { Account, AccountSettings } from './account.ts';
import { listOf, requestShape, structure } from './request-shape.ts';
import type { Action } from './route.ts';
import type { DailyQuota } from './sending-rate.ts';
import type { SuppressionReason } from './suppression-list.ts';

const readSendingAttributes = requestShape<{ SendingEnabled?: boolean }>(
  structure({ SendingEnabled: { type: 'boolean' } }),
);

const readSuppressionAttributes = requestShape<{ SuppressedReasons?: SuppressionReason[] }>(
  structure({ SuppressedReasons: listOf({ enum: ['BOUNCE', 'COMPLAINT'] }) }),
);

const readPricing = requestShape<{ Plan: AccountSettings['pricingPlan'] }>(
  structure({ Plan: { enum: ['NONE', 'ESSENTIALS', 'PRO', 'ENTERPRISE'] } }, ['Plan']),
);

const readDetails = requestShape<{ ProductionAccessEnabled?: boolean }>(
  structure({ ProductionAccessEnabled: { type: 'boolean' } }),
);

export function accountActions(account: Account, quota: DailyQuota): Action[] {
  return [
    {
      method: 'GET',
      path: '/v2/email/account',
      answer() {
        const settings = account.settings();
        const { max24HourSend, maxSendRate } = account.limits();
        return {
          DedicatedIpAutoWarmupEnabled: false,
          EnforcementStatus: settings.enforcementStatus,
          ProductionAccessEnabled: settings.productionAccess,
          SendQuota: {
            Max24HourSend: max24HourSend,
            MaxSendRate: maxSendRate,
            SentLast24Hours: quota.sentLast24Hours(),
          },
          SendingEnabled: settings.sendingEnabled,
          SuppressionAttributes: { SuppressedReasons: settings.suppressedReasons },
          PricingAttributes: { CurrentPlan: settings.pricingPlan },
          VdmAttributes: { VdmEnabled: settings.vdmEnabled ? 'ENABLED' : 'DISABLED' },
        };
      },
    },
    {
      method: 'PUT',
      path: '/v2/email/account/sending',
      answer({ request }) {
        const { SendingEnabled = false } = readSendingAttributes(request.body);
        account.update({ sendingEnabled: SendingEnabled });
        return {};
      },
    },
    {
      method: 'PUT',
      path: '/v2/email/account/suppression',
      answer({ request }) {
        const { SuppressedReasons = [] } = readSuppressionAttributes(request.body);
        account.update({ suppressedReasons: SuppressedReasons });
        return {};
      },
    },
    {
      method: 'PUT',
      path: '/v2/email/account/pricing-attributes',
      answer({ request }) {
        account.update({ pricingPlan: readPricing(request.body).Plan });
        return {};
      },
    },
    {
      // Production access is granted at once, where AWS takes a day.
      method: 'POST',
      path: '/v2/email/account/details',
      answer({ request }) {
        const { ProductionAccessEnabled = false } = readDetails(request.body);
        account.update({ productionAccess: ProductionAccessEnabled });
        return {};
      },
    },
    {
      // Mail leaves from shared addresses only.
      method: 'GET',
      path: '/v2/email/dedicated-ips',
      answer: () => ({ DedicatedIps: [] }),
    },
  ];
}
