/** Projects, and the API keys that open them. */
@NullMarked
package org.foldwise.api.access;

import org.jspecify.annotations.NullMarked;
