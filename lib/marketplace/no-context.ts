/** Stands in for WXT's class of this name in content scripts, which use none of it (`wxt.config.ts`). */
export class ContentScriptContext {}
