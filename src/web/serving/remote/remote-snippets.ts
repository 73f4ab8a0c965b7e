/** A call of a language model or of embeddings as existing clients make it; each runs as it is pasted. */

export type RemoteCall = { origin: string; trialId: string; embeds: boolean };

export function snippetsOf({ origin, trialId, embeds }: RemoteCall): string[] {
  const base = `${origin}/v1`;
  const path = embeds ? '/embeddings' : '/chat/completions';
  const said = embeds
    ? { model: trialId, input: 'Hello' }
    : { model: trialId, messages: [{ role: 'user', content: 'Hello' }] };
  const curl = `curl "${base}${path}" -H "authorization: Bearer $TOUYAN_KEY" -H "content-type: application/json" -d '${JSON.stringify(said)}'`;
  const python = [
    '# pip install openai',
    'import os',
    'from openai import OpenAI',
    '',
    `client = OpenAI(base_url="${base}", api_key=os.environ["TOUYAN_KEY"])`,
    ...(embeds
      ? [
          `answer = client.embeddings.create(model="${trialId}", input="Hello")`,
          'print(answer.data[0].embedding)',
        ]
      : [
          'messages = [{"role": "user", "content": "Hello"}]',
          `stream = client.chat.completions.create(model="${trialId}", messages=messages, stream=True)`,
          'for chunk in stream:',
          '    print(chunk.choices[0].delta.content or "", end="")',
        ]),
  ];
  const script = [
    '// npm install openai',
    'import { env, stdout } from "node:process";',
    'import OpenAI from "openai";',
    '',
    `const client = new OpenAI({ baseURL: "${base}", apiKey: env.TOUYAN_KEY });`,
    ...(embeds
      ? [
          `const answer = await client.embeddings.create({ model: "${trialId}", input: "Hello" });`,
          'console.log(answer.data[0].embedding);',
        ]
      : [
          'const messages = [{ role: "user" as const, content: "Hello" }];',
          `const stream = await client.chat.completions.create({ model: "${trialId}", messages, stream: true });`,
          'for await (const chunk of stream) stdout.write(chunk.choices[0]?.delta.content ?? "");',
        ]),
  ];
  return [curl, python.join('\n'), script.join('\n')];
}
