/**
 * Entity tags: for clients that poll, and for those who must not overwrite what they have not seen.
 */
@NullMarked
package org.foldwise.api.caching;

import org.jspecify.annotations.NullMarked;
