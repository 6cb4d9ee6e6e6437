/**
 * What springdoc cannot infer from the controllers: names, kinds, enums and errors of the contract. The result is compared with
 * {@code openapi/foldwise.yaml}, the contract that people review.
 */
@NullMarked
package org.foldwise.api.contract;

import org.jspecify.annotations.NullMarked;
