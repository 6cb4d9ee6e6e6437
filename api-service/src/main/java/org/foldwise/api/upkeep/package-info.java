/**
 * Clears away what killed processes and old requests leave behind. Main type: {@code Upkeep}. It never touches what a row names.
 */
@NullMarked
package org.foldwise.api.upkeep;

import org.jspecify.annotations.NullMarked;
