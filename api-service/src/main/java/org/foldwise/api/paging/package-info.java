/**
 * Lists in pages. A page begins after the last item of the one before (keyset paging), so that pages stay cheap however long
 * the list is and nothing is shown twice when something is added meanwhile. Main types: {@link org.foldwise.api.paging.Page}
 * and {@link org.foldwise.api.paging.PageQuery}.
 */
@NullMarked
package org.foldwise.api.paging;

import org.jspecify.annotations.NullMarked;
