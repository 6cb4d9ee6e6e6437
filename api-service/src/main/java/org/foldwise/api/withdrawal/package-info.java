/**
 * Withdrawals of patients over HTTP: what one would touch, carrying it out, and the tombstones. Main type: {@code
 * WithdrawalController}. The patient's key comes in a body and never goes out again.
 */
@NullMarked
package org.foldwise.api.withdrawal;

import org.jspecify.annotations.NullMarked;
