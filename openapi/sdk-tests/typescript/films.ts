import { gzipSync, deflateSync } from 'node:zlib';

/** Small made-up films as PNG: class folders with two films of each of `patients` patients, the sick ones brighter in the middle. */
export function films(patients: number): Map<string, Uint8Array> {
    const made = new Map<string, Uint8Array>();
    for (let patient = 0; patient < patients; patient++) {
        const sick = patient % 2 === 1;
        for (let view = 0; view < 2; view++) {
            const name = `${sick ? 'PNEUMONIA' : 'NORMAL'}/p${String(patient).padStart(3, '0')}_${view}.png`;
            made.set(name, png(48, (x, y) => brightness(x, y, sick, patient * 2 + view)));
        }
    }
    return made;
}

function brightness(x: number, y: number, sick: boolean, seed: number): number {
    const noise = ((x * 31 + y * 17 + seed * 101) * 2654435761) % 16;
    const lung = Math.hypot(x - 24, y - 24) < 12 ? 60 : 120;
    const grey = lung + Math.abs(noise) + (sick && lung === 60 ? 90 : 0) + anatomy(x, y, Math.floor(seed / 2));
    return Math.max(0, Math.min(255, Math.round(grey)));
}

/** What makes a patient's films unlike another's: squares whose greys are the patient's own. */
function anatomy(x: number, y: number, patient: number): number {
    const square = Math.floor(x / 8) + 6 * Math.floor(y / 8);
    const drawn = Math.sin((patient * 36 + square + 1) * 12.9898) * 43758.5453;
    return 80 * (drawn - Math.floor(drawn) - 0.5);
}

/** A gzip-compressed tar archive (POSIX ustar). */
export function tarGzip(files: Map<string, Uint8Array>): Uint8Array {
    const blocks: Buffer[] = [];
    for (const [name, content] of files) {
        const header = Buffer.alloc(512);
        header.write(name, 0, 'utf8');
        header.write('0000644\0', 100);
        header.write('0000000\0', 108);
        header.write('0000000\0', 116);
        header.write(content.length.toString(8).padStart(11, '0') + '\0', 124);
        header.write('00000000000\0', 136);
        header.write('        ', 148);
        header.write('0', 156);
        header.write('ustar\0' + '00', 257);
        const sum = header.reduce((total, byte) => total + byte, 0);
        header.write(sum.toString(8).padStart(6, '0') + '\0 ', 148);
        blocks.push(header, Buffer.from(content), Buffer.alloc((512 - (content.length % 512)) % 512));
    }
    blocks.push(Buffer.alloc(1024));
    return gzipSync(Buffer.concat(blocks));
}

function png(side: number, pixel: (x: number, y: number) => number): Uint8Array {
    const rows = Buffer.alloc(side * (side + 1));
    for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) {
            rows[y * (side + 1) + 1 + x] = pixel(x, y);
        }
    }
    const header = Buffer.alloc(13);
    header.writeUInt32BE(side, 0);
    header.writeUInt32BE(side, 4);
    header.set([8, 0, 0, 0, 0], 8);
    return Buffer.concat([
        Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
        chunk('IHDR', header),
        chunk('IDAT', deflateSync(rows)),
        chunk('IEND', Buffer.alloc(0)),
    ]);
}

function chunk(type: string, data: Buffer): Buffer {
    const body = Buffer.concat([Buffer.from(type, 'ascii'), data]);
    const framed = Buffer.alloc(body.length + 8);
    framed.writeUInt32BE(data.length, 0);
    body.copy(framed, 4);
    framed.writeUInt32BE(crc32(body), body.length + 4);
    return framed;
}

function crc32(data: Uint8Array): number {
    let crc = 0xffffffff;
    for (const byte of data) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit++) {
            crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
        }
    }
    return (crc ^ 0xffffffff) >>> 0;
}
