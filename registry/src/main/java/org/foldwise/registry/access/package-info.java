/**
 * Projects, the API keys that open them, and what each {@link org.foldwise.registry.access.Role} may do. Nothing here speaks HTTP.
 */
@NullMarked
package org.foldwise.registry.access;

import org.jspecify.annotations.NullMarked;
