package org.foldwise.api.upload;

import org.foldwise.learning.dataset.FrameSelection;
import org.jspecify.annotations.Nullable;

/**
 * What a dataset asks of image files beside that they can be read.
 *
 * @param deidentifiedOnly whether DICOM files must say that they are de-identified, and none that it holds burned-in text
 * @param dicomOnly whether all have to be DICOM files, and so may have names of any kind
 * @param frames which frames of a file have to be readable; absent: that in the middle
 */
public record ImageDemands(boolean deidentifiedOnly, boolean dicomOnly, @Nullable FrameSelection frames) {
    /** Whether a file of that name may be an image of the dataset, which its content then has to prove. */
    boolean allow(EntryName name) {
        return dicomOnly || name.isCalledImage() || name.isCalledDicom();
    }
}
