/**
 * Models and their versions, from candidate to released to withdrawn, and the aliases that point at them.
 */
@NullMarked
package org.foldwise.registry.model;

import org.jspecify.annotations.NullMarked;
