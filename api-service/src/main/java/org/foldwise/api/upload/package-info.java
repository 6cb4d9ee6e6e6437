/**
 * Uploads: archives, single images and manifests on their way into a draft dataset. An archive is streamed to a scratch file,
 * looked through entry by entry and, only if nothing at all is wrong with it, stored. What is refused leaves neither a row nor
 * a file. Main type: {@link org.foldwise.api.upload.UploadController}.
 */
@NullMarked
package org.foldwise.api.upload;

import org.jspecify.annotations.NullMarked;
