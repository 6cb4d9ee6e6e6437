/**
 * Inquiries: what a worker finds out on request and tells in a report, and what becomes no part of any model, such as a replay of a
 * run. Main type: {@link org.foldwise.registry.inquiry.Inquiry}. What is asked is the matter of the packages that have inquiries of
 * their own; here is what is the same of all.
 */
@NullMarked
package org.foldwise.registry.inquiry;

import org.jspecify.annotations.NullMarked;
