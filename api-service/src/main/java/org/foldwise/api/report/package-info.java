/** Reports as clients see them: figures with intervals or the reason why there is none, curves, and the rule behind a threshold. Read from
 * the documents that workers store. */
@NullMarked
package org.foldwise.api.report;

import org.jspecify.annotations.NullMarked;
