import type { Outputs } from '#web/contracts.ts';
import { formatBytes, formatNumber } from '#web/format.ts';
import { useWords } from '#web/i18n.ts';
import { Properties } from '#web/ui/page-body.tsx';
import { PlainTable } from '#web/ui/plain-table.tsx';
import { descriptionWords } from './description-words.ts';

type Description = NonNullable<Outputs['hub']['getFileInspection']['description']>;
type Of<Kind extends Description['kind']> = Extract<Description, { kind: Kind }>;
type Tensor = Of<'onnx'>['inputs'][number];

/** What is in a file, by its kind. */
export function FileDescription({ description }: { description: Description }) {
  switch (description.kind) {
    case 'onnx':
      return <Onnx model={description} />;
    case 'tensors':
      return <TensorFile file={description} />;
    case 'table':
      return <TableFile table={description} />;
    case 'archive':
      return <ArchiveFile archive={description} />;
    case 'pickle':
      return <PickleFile pickle={description} />;
  }
}

function Onnx({ model }: { model: Of<'onnx'> }) {
  const say = useWords(descriptionWords);
  const size = formatBytes(model.parametersBytes);
  const lists = [
    [say('externalFiles'), model.externalFiles],
    [say('customDomains'), model.customDomains],
  ] as const;
  return (
    <>
      <Properties
        rows={[
          [say('producer'), model.producer || '–'],
          [say('irVersion'), String(model.irVersion)],
          [
            say('opsets'),
            model.opsets.map(({ domain, version }) => `${domain} ${version}`).join(' · '),
          ],
          [say('nodes'), formatNumber(model.nodesCount)],
          [say('parameters'), say('parametersAndSize', { count: model.parametersCount, size })],
          ...lists
            .filter(([, names]) => names.length > 0)
            .map(([name, names]) => [name, names.join(' · ')] as const),
        ]}
      />
      <Tensors title={say('inputs')} tensors={model.inputs} />
      <Tensors title={say('outputs')} tensors={model.outputs} />
      <h4>{say('operators')}</h4>
      <PlainTable
        name={say('operators')}
        rowKey={({ domain, name }) => `${domain} ${name}`}
        rows={model.operators}
        columns={[
          { key: 'name', title: say('operator'), cell: ({ name }) => name },
          { key: 'domain', title: say('domain'), cell: ({ domain }) => domain },
          {
            key: 'count',
            title: say('timesUsed'),
            cell: ({ count }) => formatNumber(count),
            figures: true,
          },
        ]}
      />
      <MetadataList metadata={model.metadata} />
    </>
  );
}

function Tensors({ title, tensors }: { title: string; tensors: readonly Tensor[] }) {
  const say = useWords(descriptionWords);
  const shapeOf = (shape: Tensor['shape']) =>
    shape.length === 0
      ? say('scalar')
      : shape.map((size) => (size === null ? say('open') : String(size))).join(' × ');
  if (tensors.length === 0) return null;
  return (
    <>
      <h4>{title}</h4>
      <PlainTable
        name={title}
        rowKey={({ name }) => name}
        rows={tensors}
        columns={[
          { key: 'name', title: say('name'), cell: ({ name }) => name },
          { key: 'type', title: say('type'), cell: ({ dtype }) => dtype },
          { key: 'shape', title: say('shape'), cell: ({ shape }) => shapeOf(shape) },
        ]}
      />
    </>
  );
}

function TensorFile({ file }: { file: Of<'tensors'> }) {
  const say = useWords(descriptionWords);
  const { model, dtypes, tensors, tensorsCount } = file;
  return (
    <>
      <Properties
        rows={[
          ...(model === null
            ? []
            : ([
                [say('name'), model.name || '–'],
                [say('architecture'), model.architecture || '–'],
                [say('quantisation'), model.quantisation || '–'],
                [
                  say('contextLength'),
                  model.contextLength === null ? '–' : formatNumber(model.contextLength),
                ],
              ] as const)),
          [say('parameters'), formatNumber(file.parametersCount)],
          [
            say('types'),
            dtypes
              .map(({ dtype, tensorsCount: count }) => `${dtype} × ${formatNumber(count)}`)
              .join(' · '),
          ],
        ]}
      />
      <Tensors title={say('tensors', { count: tensorsCount })} tensors={tensors} />
      {tensors.length < tensorsCount && (
        <p className="hub-kept">{say('moreTensors', { shown: tensors.length })}</p>
      )}
      <MetadataList metadata={file.metadata} />
    </>
  );
}

function TableFile({ table }: { table: Of<'table'> }) {
  const say = useWords(descriptionWords);
  const rows = formatNumber(table.rowsCount);
  return (
    <Properties
      rows={[
        [say('rows'), table.rowsWhole ? rows : say('atLeast', { value: rows })],
        [
          say('columns', { count: table.columnsCount }),
          table.columns.map(({ name, type }) => (type ? `${name} (${type})` : name)).join(' · '),
        ],
      ]}
    />
  );
}

function ArchiveFile({ archive }: { archive: Of<'archive'> }) {
  const say = useWords(descriptionWords);
  const bytes = formatBytes(archive.unpackedBytes);
  const title = say('entries', { count: archive.entriesCount });
  return (
    <>
      <Properties
        rows={[[say('unpacked'), archive.whole ? bytes : say('atLeast', { value: bytes })]]}
      />
      {archive.entries.length > 0 && (
        <>
          <h4>{title}</h4>
          <PlainTable
            name={title}
            rowKey={({ name }) => name}
            rows={archive.entries}
            columns={[
              { key: 'name', title: say('name'), cell: ({ name }) => name },
              {
                key: 'size',
                title: say('size'),
                cell: ({ sizeBytes }) => formatBytes(sizeBytes),
                figures: true,
              },
            ]}
          />
        </>
      )}
    </>
  );
}

function PickleFile({ pickle }: { pickle: Of<'pickle'> }) {
  const say = useWords(descriptionWords);
  if (pickle.imports.length === 0) return null;
  return (
    <>
      <h4>{say('imports')}</h4>
      <ul className="inspection-imports">
        {pickle.imports.map((name) => (
          <li key={name}>
            <code>{name}</code>
          </li>
        ))}
      </ul>
    </>
  );
}

function MetadataList({ metadata }: { metadata: Of<'onnx'>['metadata'] }) {
  const say = useWords(descriptionWords);
  if (metadata.length === 0) return null;
  return (
    <details className="hub-metadata">
      <summary>{say('metadata')}</summary>
      <Properties rows={metadata.map(({ key, value }) => [key, value])} />
    </details>
  );
}
