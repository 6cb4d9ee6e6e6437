/**
 * The bundle of a trained model: weights as safetensors, and as JSON the plan, preprocessing, labels, threshold and
 * provenance. Main types: {@code ModelBundle}, {@code BundleWriter} and {@code BundleReader}.
 */
@NullMarked
package org.foldwise.learning.model;

import org.jspecify.annotations.NullMarked;
