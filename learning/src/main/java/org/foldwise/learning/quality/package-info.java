/**
 * What is wrong with a dataset, without anybody plotting it. Images are measured one by one ({@link
 * org.foldwise.learning.quality.ImageMeasures}), so that a cohort of any size takes little memory; from the measures come a profile
 * ({@link org.foldwise.learning.quality.DatasetProfile}) and findings ({@link org.foldwise.learning.quality.Examination}, decision 25),
 * each with figures, severity and a suggestion. Nothing here changes an image, a label or a patient.
 */
@NullMarked
package org.foldwise.learning.quality;

import org.jspecify.annotations.NullMarked;
