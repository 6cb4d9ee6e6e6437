package org.foldwise.api.upload;

import org.foldwise.learning.imaging.ImageHeader;
import org.foldwise.learning.provenance.Digest;

/**
 * An image file that decodes.
 *
 * @param name in the dataset
 * @param content digest of the file's bytes
 * @param sizeBytes of the file
 * @param header what the file says about its image
 */
record ReceivedImage(EntryName name, Digest content, long sizeBytes, ImageHeader header) {}
