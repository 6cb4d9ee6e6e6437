package org.foldwise.api.upload;

import org.jspecify.annotations.Nullable;

/**
 * A file of a source whose name, kind and size are in order.
 *
 * @param name below the folder that was listed
 * @param size in bytes when it was listed
 * @param version by which it is known again, where the source has such a thing
 */
record SourceFile(EntryName name, long size, @Nullable String version) {}
