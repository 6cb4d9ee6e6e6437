/**
 * The withdrawal of a patient: what a project has of somebody is erased, tombstones without patient data stay. Main type:
 * {@link org.foldwise.registry.withdrawal.PatientWithdrawal}, the only way in which anything frozen ever loses something.
 */
@NullMarked
package org.foldwise.registry.withdrawal;

import org.jspecify.annotations.NullMarked;
