package org.foldwise.api.upload;

/**
 * What an archive may hold. A real collection of films stays far below; what goes beyond is an accident or an attack.
 *
 * @param maximumEntries entries of any kind, folders included
 * @param maximumEntryBytes of one unpacked entry
 * @param maximumTotalBytes of all unpacked entries together
 * @param maximumRatio unpacked bytes per packed byte, looked at in entries of more than {@code ratioFreeBytes}
 * @param ratioFreeBytes entries up to this size may shrink as they like, such as an all-black image
 */
record ArchiveLimits(
        int maximumEntries, int maximumEntryBytes, long maximumTotalBytes, int maximumRatio, int ratioFreeBytes) {
    static final ArchiveLimits DEFAULT = new ArchiveLimits(200_000, 64 << 20, 16L << 30, 200, 1 << 20);

    ArchiveLimits {
        if (maximumEntries < 1
                || maximumEntryBytes < 1
                || maximumTotalBytes < 1
                || maximumRatio < 1
                || ratioFreeBytes < 0) {
            throw new IllegalArgumentException("the limits of archives must be positive");
        }
    }

    boolean isBomb(long packedBytes, long unpackedBytes) {
        return unpackedBytes > ratioFreeBytes && unpackedBytes / maximumRatio > packedBytes;
    }
}
