/**
 * Reads DICOM files: the data set, the transfer syntaxes that hospitals use, and the grey scale pipeline from stored values to
 * what a viewer would show. Main type: {@code DicomFile}. Of the header only an allow-list of attributes is ever looked at,
 * and nothing else leaves the package. It knows nothing of other image formats; {@code learning.imaging} knows it.
 */
@NullMarked
package org.foldwise.learning.imaging.dicom;

import org.jspecify.annotations.NullMarked;
