/**
 * From a plan to a network: backbones with torchvision's topology and parameter names, and the classifier's head. Main
 * types: {@code Backbone} and {@code ClassifierHead}.
 */
@NullMarked
package org.foldwise.learning.network;

import org.jspecify.annotations.NullMarked;
