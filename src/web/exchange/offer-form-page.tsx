import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useApi } from '#web/api.ts';
import type { Outputs } from '#web/contracts.ts';
import { usePick, useWords } from '#web/i18n.ts';
import { useSession } from '#web/session/use-session.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { Controls } from '#web/ui/controls.tsx';
import { ChoiceField, NumberField, TextField } from '#web/ui/fields.tsx';
import { FormPage } from '#web/ui/form-page.tsx';
import { LoadedPage } from '#web/ui/loaded-page.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { EmptyState } from '#web/ui/states.tsx';
import { useDraft } from '#web/ui/use-draft.ts';
import './exchange.css';
import { moneyText, parseMoney } from './money.ts';
import { words } from './words.ts';

type ProgramRow = Outputs['serving']['listPrograms']['items'][number];

/** Makes an approved program of the reader's a product, where it is none, and offers it. */
export function OfferFormPage() {
  const api = useApi();
  const say = useWords(words);
  const { account } = useSession();
  const query = useQuery(api.serving.listPrograms.queryOptions({ input: { limit: 100 } }));
  const own = new Set((account?.organisations ?? []).map(({ id }) => id));
  return (
    <LoadedPage query={query}>
      {({ items }) => {
        const programs = items.filter(
          ({ ownerId, actions }) => own.has(ownerId) && actions.includes('deploy'),
        );
        const [first] = programs;
        return first === undefined ? (
          <>
            <PageHead
              name={say('newOffer')}
              parent={{ name: say('market'), href: '/exchange' }}
              why={say('newOfferWhy')}
            />
            <EmptyState
              what={say('noProgram')}
              why={say('noProgramWhy')}
              next={<ButtonLink href="/governance">{say('toGovernance')}</ButtonLink>}
            />
          </>
        ) : (
          <OfferForm programs={programs} first={first} />
        );
      }}
    </LoadedPage>
  );
}

type OfferFormProps = { programs: readonly ProgramRow[]; first: ProgramRow };

function OfferForm({ programs, first }: OfferFormProps) {
  const say = useWords(words);
  const draft = useOfferDraft(first.programId);
  const { send, productOf } = usePublish(programs);
  const standing = productOf(draft.values.programId);
  return (
    <Controls>
      <FormPage
        name={say('newOffer')}
        parent={{ name: say('market'), href: '/exchange' }}
        why={say('newOfferWhy')}
        draft={draft}
        verb={say('publish')}
        send={send}
        summary={(values) => [
          [say('name'), standing ?? (values.titleZh || values.titleEn)],
          [say('price'), moneyText(parseMoney(values.price) ?? 0, 'CNY')],
          [say('validDays'), String(values.validDays ?? '')],
          [say('callsMax'), String(values.callsMax ?? say('termCallsFree'))],
        ]}
      >
        <ChoiceField
          {...draft.bind('programId')}
          label={say('ownProgram')}
          help={say('ownProgramHelp')}
          required
          options={programs.map(({ programId, entry, createdAt }) => ({
            value: programId,
            label: `${productOf(programId) ?? entry} · ${createdAt.slice(0, 10)}`,
          }))}
        />
        {standing === undefined && (
          <>
            <TextField
              {...draft.bind('titleZh')}
              label={say('titleZh')}
              charactersMax={200}
              required
            />
            <TextField {...draft.bind('titleEn')} label={say('titleEn')} charactersMax={200} />
            <TextField
              {...draft.bind('summaryZh')}
              label={say('summaryZh')}
              lines={3}
              charactersMax={2000}
              required
            />
            <TextField
              {...draft.bind('summaryEn')}
              label={say('summaryEn')}
              lines={3}
              charactersMax={2000}
            />
          </>
        )}
        <TextField
          {...draft.bind('price')}
          label={say('priceMinor')}
          help={say('priceHelp')}
          required
        />
        <NumberField
          {...draft.bind('validDays')}
          label={say('validDays')}
          unit={say('validDaysUnit')}
          min={1}
          max={3650}
          step={1}
          required
        />
        <NumberField
          {...draft.bind('callsMax')}
          label={say('callsMax')}
          help={say('callsMaxHelp')}
          unit={say('callsUnit')}
          min={1}
          step={1}
        />
        <TextField
          {...draft.bind('purposeZh')}
          label={say('purposeZh')}
          help={say('purposeHelp')}
          lines={2}
          charactersMax={1000}
          required
        />
        <TextField
          {...draft.bind('purposeEn')}
          label={say('purposeEn')}
          lines={2}
          charactersMax={1000}
        />
      </FormPage>
    </Controls>
  );
}

type Fields = {
  programId: string;
  titleZh: string;
  titleEn: string;
  summaryZh: string;
  summaryEn: string;
  price: string;
  validDays: number | null;
  callsMax: number | null;
  purposeZh: string;
  purposeEn: string;
};

function useOfferDraft(programId: string) {
  const say = useWords(words);
  const { productOf } = useProducts();
  const blank = { titleZh: '', titleEn: '', summaryZh: '', summaryEn: '' };
  const initial: Fields = {
    ...{ programId, ...blank, price: '', validDays: 365, callsMax: null },
    ...{ purposeZh: '', purposeEn: '' },
  };
  return useDraft({
    key: 'exchange.offer.new',
    initial,
    check: (values) => {
      const either = (zh: string, en: string) => `${zh}${en}`.trim() !== '';
      const fresh = productOf(values.programId) === undefined;
      const whole = (value: number | null) => value !== null && Number.isInteger(value);
      return {
        ...(fresh && !either(values.titleZh, values.titleEn)
          ? { titleZh: say('oneLanguage') }
          : {}),
        ...(fresh && !either(values.summaryZh, values.summaryEn)
          ? { summaryZh: say('oneLanguage') }
          : {}),
        ...((parseMoney(values.price) ?? 0) > 0 ? {} : { price: say('priceMissing') }),
        ...(whole(values.validDays) ? {} : { validDays: say('numberMissing') }),
        ...(values.callsMax === null || whole(values.callsMax)
          ? {}
          : { callsMax: say('numberMissing') }),
        ...(either(values.purposeZh, values.purposeEn) ? {} : { purposeZh: say('oneLanguage') }),
      };
    },
  });
}

/** The products that there are, by program: a program is sold as one product. */
function useProducts() {
  const api = useApi();
  const pick = usePick();
  const { data } = useQuery(api.exchange.listProducts.queryOptions({ input: { limit: 100 } }));
  const find = (programId: string) =>
    data?.items.find(({ program }) => program.programId === programId);
  return {
    find,
    productOf: (programId: string) => {
      const product = find(programId);
      return product === undefined ? undefined : pick(product.title);
    },
  };
}

function usePublish(programs: readonly ProgramRow[]) {
  const api = useApi();
  const router = useRouter();
  const queries = useQueryClient();
  const { find, productOf } = useProducts();
  const send = async (values: Fields) => {
    const { programId, validDays, callsMax } = values;
    const program = programs.find((each) => each.programId === programId);
    const priceMinor = parseMoney(values.price);
    if (program === undefined || priceMinor === null || validDays === null) return;
    const { productId } =
      find(programId) ??
      (await api.exchange.createProduct.call({
        ...{ ownerId: program.ownerId, programId },
        title: { zh: values.titleZh.trim(), en: values.titleEn.trim() },
        summary: { zh: values.summaryZh.trim(), en: values.summaryEn.trim() },
      }));
    const purpose = { zh: values.purposeZh.trim(), en: values.purposeEn.trim() };
    const terms = { validDays, callsMax, purpose };
    const { offerId } = await api.exchange.publishOffer.call({ productId, priceMinor, terms });
    await queries.invalidateQueries({ queryKey: api.exchange.key() });
    router.history.push(`/exchange/offers/${offerId}`);
  };
  return { send, productOf };
}
