/**
 * How JSON bodies are read and written. A body is read into a request record strictly, and all that is wrong with it is told at
 * once: unknown, missing and repeated fields, wrong types, unknown names of enums and kinds, values out of range. What is
 * optional, what the ranges are and which kinds there are is read off the record itself
 * ({@link org.foldwise.api.json.RecordReader}).
 */
@NullMarked
package org.foldwise.api.json;

import org.jspecify.annotations.NullMarked;
