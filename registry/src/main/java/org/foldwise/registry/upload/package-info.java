/**
 * Files that were accepted into a draft dataset. {@link org.foldwise.registry.upload.UploadAcceptance} is the way in;
 * a refused upload never gets here.
 */
@NullMarked
package org.foldwise.registry.upload;

import org.jspecify.annotations.NullMarked;
