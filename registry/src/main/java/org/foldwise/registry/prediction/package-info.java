/**
 * What a model version answered, for which input digest and when. Images and file names are not kept.
 */
@NullMarked
package org.foldwise.registry.prediction;

import org.jspecify.annotations.NullMarked;
