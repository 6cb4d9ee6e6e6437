package org.foldwise.learning.imaging.dicom;

/**
 * What a frame says of the samples of one of its components.
 *
 * @param bits of a sample, as many as stored ones or others
 * @param signed whether samples are handed out with their sign
 * @param exact whether samples are those that were coded; else they are near them, on either side
 */
record CodedDepth(int bits, boolean signed, boolean exact) {}
