/**
 * The bundle of a trained model, or of an ensemble of them: weights as safetensors, and as JSON the plan, preprocessing, labels, threshold and
 * provenance. Main types: {@link org.foldwise.learning.model.ModelBundle},
 * {@link org.foldwise.learning.model.BundleWriter} and {@link org.foldwise.learning.model.BundleReader}. For other engines,
 * {@link org.foldwise.learning.model.OnnxWriter} writes the network as ONNX.
 */
@NullMarked
package org.foldwise.learning.model;

import org.jspecify.annotations.NullMarked;
