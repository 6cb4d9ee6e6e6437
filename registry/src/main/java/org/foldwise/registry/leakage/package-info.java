/**
 * Leakage experiments: the one place where images of a patient are put on two sides, to show what that does to a recipe's figures.
 * {@link org.foldwise.registry.leakage.LeakageRequests} queues them, {@link org.foldwise.registry.leakage.LeakageReporting} is the
 * only way by which workers write. No other stage names one.
 */
@NullMarked
package org.foldwise.registry.leakage;

import org.jspecify.annotations.NullMarked;
