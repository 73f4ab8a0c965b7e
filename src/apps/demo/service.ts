import type { Actor } from './actor.ts';
import { decide, simulated, until } from './call.ts';
import type { MainJob } from './main-job.ts';
import type { Screen } from './screen.ts';

/** Fen for a row answered, and the prepaid credit: some 4,000 rows. */
const PRICE_MINOR = 5;
const CREDIT_MINOR = 40_000;
/** Chongming, where the scenario of the demonstration is (GB/T 2260). */
const DISTRICT = '310151';

const use = {
  zh: '环境传感器异常提示；由人确认后处置',
  en: 'Points at sensors that fail; a person confirms before anything is done',
};
const purpose = {
  zh: '在崇明回放的环境传感器数据上运行',
  en: 'To run on replayed data of environment sensors in Chongming',
};

/** What came of governance and exchange, and the service that runs. */
export type Service = {
  tier: string;
  approvalId: string;
  programId: string;
  agreementId: string;
  deploymentId: string;
  /** The organisation whose credit pays for calls. */
  buyerId: string;
};

/**
 * From certificate to live service: risk tier, approval, offer, agreement, deployment, each by the people whose
 * part it is. What is there already is found again.
 */
export async function openService(job: MainJob, screen: Screen): Promise<Service> {
  const { owner, vendor, operator, certificateId } = job;
  const buyerId = owner.organisationId ?? '';
  const certificate = await vendor.client.assurance.getCertificate({ certificateId });
  const sellerId = certificate.holderId;
  const assessment = await screen.step('风险定级  assess the risk tier', async (tell) => {
    const found = await assess(vendor, certificateId);
    tell(found.tier);
    return found;
  });
  const approval = await screen.step('准入审批  approve the use', () =>
    approve(vendor, operator, assessment.assessmentId),
  );
  const { approvalId, programId } = approval;
  const offerId = await screen.step('挂牌  publish the offer', () =>
    offer(vendor, sellerId, programId, certificate.title),
  );
  const agreementId = await screen.step('签约  sign the agreement', () =>
    agree(owner, vendor, offerId, buyerId),
  );
  const deploymentId = await screen.step('部署  deploy what was evaluated', () =>
    deploy(operator, programId),
  );
  return { tier: assessment.tier, approvalId, programId, agreementId, deploymentId, buyerId };
}

function assess({ client }: Actor, certificateId: string) {
  return client.governance.assess({
    certificateId,
    use: `${use.zh} ${use.en}`,
    answers: {
      practices: [],
      areas: [],
      exception: 'none',
      profiling: 'no',
      safetyComponent: 'no',
      encounters: [],
      personalDecisions: 'no',
      publicOpinion: 'no',
      riskToLife: 'no',
      automation: 'confirmed',
    },
  });
}

async function approve(vendor: Actor, operator: Actor, assessmentId: string) {
  const { client } = vendor;
  const { approvalId: standing } = await client.governance.getAssessment({ assessmentId });
  const { approvalId } = standing
    ? { approvalId: standing }
    : await client.governance.requestApproval({
        assessmentId,
        purpose: `${purpose.zh} ${purpose.en}`,
        districts: [DISTRICT],
        automation: 'confirmed',
      });
  const { caseId } = await client.governance.getApproval({ approvalId });
  const reason = '定级与依据相符，处置由人确认。 The tier follows from its rules; people confirm.';
  await decide(operator, caseId, 'approval', reason);
  let programId: string | null = null;
  await until(async () => {
    programId = (await client.governance.getApproval({ approvalId })).programId;
    return programId !== null;
  });
  if (programId === null) throw new Error('the approval names no program');
  return { approvalId, programId };
}

async function offer(
  { client }: Actor,
  ownerId: string,
  programId: string,
  title: { zh: string; en: string },
): Promise<string> {
  const { productId } = await client.exchange.createProduct({
    ownerId,
    programId,
    title,
    summary: {
      zh: '逐条读数判断异常，与测评时同一版本、同一环境。',
      en: 'Judges readings one by one: the revision and environment that were evaluated.',
    },
  });
  const { offerId } = await client.exchange.publishOffer({
    productId,
    priceMinor: PRICE_MINOR,
    terms: { validDays: 365, purpose },
  });
  return offerId;
}

/** Both read the document and sign its digest, the buyer first. */
async function agree(buyer: Actor, seller: Actor, offerId: string, buyerId: string) {
  const { client } = buyer;
  const { items } = await client.exchange.listAgreements({ offerId, buyerId, limit: 100 });
  const { agreementId, documentDigest } = await (items[0]
    ? client.exchange.getAgreement({ agreementId: items[0].agreementId })
    : client.exchange.proposeAgreement({ offerId, buyerId, creditMinor: CREDIT_MINOR }));
  for (const actor of [buyer, seller]) {
    const { actions } = await actor.client.exchange.getAgreement({ agreementId });
    if (!actions.includes('sign')) continue;
    await actor.client.exchange.signAgreement({ agreementId, documentDigest });
  }
  return agreementId;
}

async function deploy({ client }: Actor, programId: string): Promise<string> {
  const { items } = await client.serving.listDeployments({ programId, limit: 100 });
  const standing = items.find(({ state }) => state !== 'ended' && state !== 'failed');
  const { deploymentId } =
    standing ??
    (await client.serving.createDeployment({
      name: `环境传感器异常检测 · ${simulated.zh}`,
      program: { programId },
    }));
  await until(async () => {
    const { state } = await client.serving.getDeployment({ deploymentId });
    return state === 'running' || state === 'stopped';
  });
  return deploymentId;
}
