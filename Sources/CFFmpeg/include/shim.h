#pragma once
#if !__has_include(<libavformat/avformat.h>)
#error "FFmpeg's headers are missing, or pkg-config, which tells where they are. On Debian and Ubuntu: apt-get install pkg-config libavformat-dev libavcodec-dev libswscale-dev libswresample-dev libavutil-dev"
#endif
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/channel_layout.h>
#include <libavutil/display.h>
#include <libavutil/error.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>

#if LIBAVFORMAT_VERSION_INT < AV_VERSION_INT(59, 27, 100)
#error "FFmpeg 5.1 or newer is needed"
#endif

/// What of FFmpeg cannot be had; all NULL when nothing is missing.
typedef struct {
  /// The file of the shared library.
  const char *library;
  /// The function that the library lacks, or NULL when the library itself cannot be loaded.
  const char *function;
  /// The dynamic linker's words when the library cannot be loaded.
  const char *reason;
  /// What the machine lacks where that is the reason: ENOMEM or EMFILE, else 0.
  int lack;
} viseme_ffmpeg_missing;

/// Loads FFmpeg's libraries at the first call; later calls give the same answer. No function of
/// FFmpeg may be called unless nothing is missing. May be called from any thread.
viseme_ffmpeg_missing viseme_ffmpeg_load(void);

// Macros that Swift cannot import.
static const int VISEME_AVERROR_EAGAIN = AVERROR(EAGAIN);
static const int VISEME_AVERROR_EOF = AVERROR_EOF;
static const int VISEME_AVERROR_INVALIDDATA = AVERROR_INVALIDDATA;
static const int VISEME_AVERROR_ENOMEM = AVERROR(ENOMEM);
static const int VISEME_AVERROR_EPERM = AVERROR(EPERM);
static const int64_t VISEME_NOPTS = AV_NOPTS_VALUE;

// Interfaces whose types differ between FFmpeg releases, given one type here.

/// swr_convert() to packed float; its pointer types gained const in FFmpeg 7.
static inline int viseme_swr_convert(SwrContext *context, float *output, int capacity,
                                     uint8_t *const *input, int count) {
  uint8_t *planes[1] = {(uint8_t *)output};
  return swr_convert(context, planes, capacity, (const uint8_t **)(uintptr_t)input, count);
}

/// swr_convert() to planes of float, one for each channel.
static inline int viseme_swr_convert_planes(SwrContext *context, float *const *outputs, int capacity,
                                            uint8_t *const *input, int count) {
  return swr_convert(context, (uint8_t **)(uintptr_t)outputs, capacity,
                     (const uint8_t **)(uintptr_t)input, count);
}

/// Takes bytes that a muxer has written; returns their number, or a negative error.
typedef int viseme_take_bytes(void *opaque, const uint8_t *bytes, int count);

/// An output that hands every `size` bytes on; the callback's type gained const in FFmpeg 7.
static inline AVIOContext *viseme_avio_output(unsigned char *buffer, int size, void *opaque,
                                              viseme_take_bytes *take) {
#if LIBAVFORMAT_VERSION_MAJOR >= 61
  return avio_alloc_context(buffer, size, 1, opaque, NULL, take, NULL);
#else
  return avio_alloc_context(buffer, size, 1, opaque, NULL,
                            (int (*)(void *, uint8_t *, int))(void (*)(void))take, NULL);
#endif
}

/// The display matrix of a stream as degrees counter-clockwise, or NAN without one. The side data
/// moved from the stream to its codec parameters in FFmpeg 6.1.
static inline double viseme_display_rotation(AVStream *stream) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 102)
  const AVPacketSideData *data =
      av_packet_side_data_get(stream->codecpar->coded_side_data,
                              stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
  if (!data || data->size < 9 * sizeof(int32_t)) return (double)NAN;
  return av_display_rotation_get((const int32_t *)(const void *)data->data);
#else
  size_t size = 0;
  uint8_t *data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  if (!data || size < 9 * sizeof(int32_t)) return (double)NAN;
  return av_display_rotation_get((const int32_t *)(const void *)data);
#endif
}

// SwsContext became a public struct in FFmpeg 8, which would change its Swift type.

/// A scaler to full-range output, with the matrix and range of the source. With `is_swapped` blue and red change places.
static inline void *viseme_sws_create(int width, int height, int format, int colorspace,
                                      int is_full_range, int is_swapped, int out_width,
                                      int out_height, int out_format, int flags) {
  struct SwsContext *context =
      sws_getContext(width, height, (enum AVPixelFormat)format, out_width, out_height,
                     (enum AVPixelFormat)out_format, flags, NULL, NULL, NULL);
  // What red takes of V, blue of U, green of U and V.
  const int *of = sws_getCoefficients(colorspace);
  const int swapped[4] = {of[1], of[0], of[3], of[2]};
  // Formats without a matrix (grey, RGB) refuse the details; their defaults are right.
  if (context)
    sws_setColorspaceDetails(context, is_swapped ? swapped : of, is_full_range,
                             sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16);
  return context;
}

/// Scales into packed rows `stride` bytes apart; with `is_swapped` the planes of U and V change places.
static inline int viseme_sws_scale(void *context, const AVFrame *source, int is_swapped,
                                   uint8_t *target, int stride) {
  const int u = is_swapped ? 2 : 1, v = is_swapped ? 1 : 2;
  const uint8_t *const planes[4] = {source->data[0], source->data[u], source->data[v],
                                    source->data[3]};
  const int strides[4] = {source->linesize[0], source->linesize[u], source->linesize[v],
                          source->linesize[3]};
  uint8_t *const targets[4] = {target, NULL, NULL, NULL};
  const int target_strides[4] = {stride, 0, 0, 0};
  return sws_scale((struct SwsContext *)context, planes, strides, 0, source->height, targets,
                   target_strides);
}

static inline void viseme_sws_free(void *context) { sws_freeContext((struct SwsContext *)context); }
