import { defineWords } from '#web/words.ts';

export const clientWords = defineWords('hub.clients', {
  title: ['用 Hugging Face 客户端', 'With Hugging Face clients'],
  why: [
    'huggingface_hub、@huggingface/hub 和 transformers.js 只需改一个地址。非公开的资源库另设 HF_TOKEN，值为 hf_ 加你的 API 密钥。',
    'huggingface_hub, @huggingface/hub and transformers.js need another endpoint, and nothing else. For what is not public, set HF_TOKEN to hf_ followed by your API key.',
  ],
});
