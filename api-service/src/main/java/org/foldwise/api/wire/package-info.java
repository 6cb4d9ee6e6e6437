/**
 * How Java's names are spelt in JSON and in URLs: {@code ANY_POSITIVE} is {@code anyPositive}, and the record
 * {@code ClassFolders} of a sealed interface is the kind {@code classFolders}. Reading, writing and the contract all follow
 * {@link org.foldwise.api.wire.WireNames}, so they cannot differ.
 */
@NullMarked
package org.foldwise.api.wire;

import org.jspecify.annotations.NullMarked;
