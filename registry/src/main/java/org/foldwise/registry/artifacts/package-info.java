/**
 * Contents by their digest: uploaded images, weights, checkpoints, scored cases, bundles.
 * {@link org.foldwise.registry.artifacts.ArtifactStore} is the port; rows that name an artifact are written after it, never before.
 * The store does not know what an artifact is for.
 */
@NullMarked
package org.foldwise.registry.artifacts;

import org.jspecify.annotations.NullMarked;
