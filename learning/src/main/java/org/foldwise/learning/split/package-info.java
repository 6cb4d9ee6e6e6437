/**
 * Patient-level splits: who trains, who validates, who is held out, who is locked away for the test. Main types:
 * {@link org.foldwise.learning.split.SplitSpec}, {@link org.foldwise.learning.split.PatientSplitter},
 * {@link org.foldwise.learning.split.Split}, {@link org.foldwise.learning.split.GivenSplit} for roles made elsewhere,
 * {@link org.foldwise.learning.split.LeakageAudit} and {@link org.foldwise.learning.split.SplitCertificate}. There is no
 * image-level split here.
 */
@NullMarked
package org.foldwise.learning.split;

import org.jspecify.annotations.NullMarked;
