package org.foldwise.api.upload;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.UnicodePathExtraField;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;

/**
 * The names of a ZIP archive's entries from their bytes. The library's reading of them is of no use here: it puts one question mark for
 * whatever it cannot decode, so that different patients and classes would become one, and turns some backslashes into slashes.
 *
 * <p>A name is UTF-8 where the entry says so, or has a second name that is (Info-ZIP's Unicode path, PKWARE APPNOTE 4.6.9), or where its
 * bytes are. What is left is in a code page that nothing names. Of archives made under DOS or Windows that is 437 by the standard (APPNOTE,
 * appendix D) and 850 by western Windows; a name is taken where both read the same letters, which those of the languages of western Europe
 * mostly are. Every other name is refused. Two names that differ in their bytes never become one of the same code page.
 */
final class ZipEntryName {
    private static final Charset STANDARD = Charset.forName("IBM437");
    private static final Charset WESTERN_WINDOWS = Charset.forName("IBM850");

    /** Who makes entries in a code page of DOS: MS-DOS, Windows (NTFS, by either number) and VFAT (APPNOTE, 4.4.2). */
    private static final Set<Integer> DOS = Set.of(0, 10, 11, 14);

    private ZipEntryName() {}

    /** The name of an entry; one that {@linkplain EntryName#defect has a defect} where its bytes cannot be decoded. */
    static EntryName of(ZipArchiveEntry entry) {
        byte[] raw = entry.getRawName();
        if (entry.getGeneralPurposeBit().usesUTF8ForNames()) {
            return utf8(raw);
        }
        if (entry.getExtraField(UnicodePathExtraField.UPATH_ID) instanceof UnicodePathExtraField unicode
                && unicode.getNameCRC32() == checksum(raw)) {
            return utf8(unicode.getUnicodeName());
        }
        EntryName utf8 = utf8(raw);
        return utf8.isUndecodable() && DOS.contains(entry.getPlatform()) ? dos(raw).orElse(utf8) : utf8;
    }

    private static EntryName utf8(byte[] name) {
        return EntryName.packed(new String(name, StandardCharsets.UTF_8));
    }

    private static Optional<EntryName> dos(byte[] name) {
        String standard = new String(name, STANDARD);
        // lines of boxes and other signs are letters of another code page
        boolean isSure = standard.equals(new String(name, WESTERN_WINDOWS))
                && standard.chars().noneMatch(c -> Character.getType(c) == Character.OTHER_SYMBOL);
        return isSure ? Optional.of(EntryName.packed(standard)) : Optional.empty();
    }

    private static long checksum(byte[] bytes) {
        CRC32 checksum = new CRC32();
        checksum.update(bytes);
        return checksum.getValue();
    }
}
