package org.foldwise.api.upload;

/** Is shown the files of an archive, one after another. */
interface EntryVisitor {
    /**
     * A file whose name and size are in order.
     *
     * @param content its bytes; the visitor may keep the array
     */
    void file(EntryName name, byte[] content);
}
