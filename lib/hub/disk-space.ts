/**
 * Disk space in bytes that a hive needs for a file: it downloads into the Hugging Face cache, copies to its own, and keeps both
 * (rbee-keeper/rbee 0509312f, 2025-11-14).
 */
export const diskBytes = (sizeBytes: number): number => 2 * sizeBytes;
