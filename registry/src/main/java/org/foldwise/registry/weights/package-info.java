/**
 * Weights that others have trained and an administrator has imported: a row that says what they are, an artifact with the file as
 * it came. An experiment that begins with them holds them fast. Main type: {@link org.foldwise.registry.weights.ImportedWeightSet}.
 * What is in a file is not this package's business.
 */
@NullMarked
package org.foldwise.registry.weights;

import org.jspecify.annotations.NullMarked;
