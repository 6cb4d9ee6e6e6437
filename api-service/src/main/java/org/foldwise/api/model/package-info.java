/** Models, their versions and the aliases that point at them. Main type: {@link org.foldwise.api.model.ModelController}. */
@NullMarked
package org.foldwise.api.model;

import org.jspecify.annotations.NullMarked;
