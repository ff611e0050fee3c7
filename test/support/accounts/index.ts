export { type GeneratedAccount, type GeneratedMailbox, GeneratedMessage } from './account.js';
export { DIFFICULT_SHAPE_NAMES, DIFFICULT_SHAPES, type DifficultShape } from './difficult.js';
export {
  type FillableAccount,
  type FillableMailbox,
  type FillOptions,
  type FillReport,
  fillAccount,
  type RefusedMessage,
} from './fill-account.js';
export { KEYWORDS } from './flags.js';
export { type GenerateOptions, generateAccount } from './generate-account.js';
export { type ContentRecipe, MessageContent, type OmittableField } from './message-content.js';
export { SHAPE_NAMES, type ShapeName } from './mime-body.js';
export { Random } from './random.js';
export { writeMaildir } from './write-maildir.js';
