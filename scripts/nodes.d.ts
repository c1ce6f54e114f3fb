export function nodeAt(version: string): string;
export function installNode(version: string): string;
