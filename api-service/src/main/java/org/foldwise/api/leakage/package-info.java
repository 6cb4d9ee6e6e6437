/**
 * Leakage experiments: what folds of images would have made of a recipe's figures. Main type: {@link
 * org.foldwise.api.leakage.LeakageController}.
 */
@NullMarked
package org.foldwise.api.leakage;

import org.jspecify.annotations.NullMarked;
