/**
 * What a result was made from: digests of data, split and plan, the seed, code and library versions, the device. Nothing is
 * trained or reported without it. Main type: {@link org.foldwise.learning.provenance.Provenance}. This package computes
 * digests; it does not store anything.
 */
@NullMarked
package org.foldwise.learning.provenance;

import org.jspecify.annotations.NullMarked;
