/**
 * Documents: sections of text, tables and charts, as a web page and as a PDF file, both from the same markup. Knows nothing of what
 * the documents are about, of HTTP or of the database. Main types: {@link org.foldwise.document.Document}, {@link
 * org.foldwise.document.WebPage} and {@link org.foldwise.document.PdfFile}.
 */
@NullMarked
package org.foldwise.document;

import org.jspecify.annotations.NullMarked;
