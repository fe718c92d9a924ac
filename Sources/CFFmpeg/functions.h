#pragma once
#include "shim.h"

// The functions of FFmpeg that are called, by the library that holds them. One that is called and
// not listed here becomes an undefined symbol for the linker: nothing is linked with FFmpeg.

#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 102)
#define VISEME_SIDE_DATA(FUNCTION) FUNCTION(av_packet_side_data_get)
#define VISEME_STREAM_SIDE_DATA(FUNCTION)
#else
#define VISEME_SIDE_DATA(FUNCTION)
#define VISEME_STREAM_SIDE_DATA(FUNCTION) FUNCTION(av_stream_get_side_data)
#endif

#define VISEME_AVUTIL(FUNCTION)          \
  FUNCTION(av_channel_layout_compare)    \
  FUNCTION(av_channel_layout_copy)       \
  FUNCTION(av_channel_layout_default)    \
  FUNCTION(av_channel_layout_describe)   \
  FUNCTION(av_channel_layout_uninit)     \
  FUNCTION(av_dict_free)                 \
  FUNCTION(av_dict_get)                  \
  FUNCTION(av_dict_set)                  \
  FUNCTION(av_display_rotation_get)      \
  FUNCTION(av_frame_alloc)               \
  FUNCTION(av_frame_free)                \
  FUNCTION(av_frame_get_buffer)          \
  FUNCTION(av_frame_make_writable)       \
  FUNCTION(av_frame_move_ref)            \
  FUNCTION(av_frame_ref)                 \
  FUNCTION(av_frame_unref)               \
  FUNCTION(av_free)                      \
  FUNCTION(av_freep)                     \
  FUNCTION(av_get_bytes_per_sample)      \
  FUNCTION(av_log_set_level)             \
  FUNCTION(av_malloc)                    \
  FUNCTION(av_max_alloc)                 \
  FUNCTION(av_opt_set)                   \
  FUNCTION(av_opt_set_double)            \
  FUNCTION(av_sample_fmt_is_planar)

#define VISEME_AVCODEC(FUNCTION)            \
  FUNCTION(av_new_packet)                   \
  FUNCTION(av_packet_alloc)                 \
  FUNCTION(av_packet_free)                  \
  FUNCTION(av_packet_rescale_ts)            \
  FUNCTION(av_packet_unref)                 \
  FUNCTION(avcodec_alloc_context3)          \
  FUNCTION(avcodec_find_decoder)            \
  FUNCTION(avcodec_find_encoder)            \
  FUNCTION(avcodec_find_encoder_by_name)    \
  FUNCTION(avcodec_free_context)            \
  FUNCTION(avcodec_get_name)                \
  FUNCTION(avcodec_open2)                   \
  FUNCTION(avcodec_parameters_alloc)        \
  FUNCTION(avcodec_parameters_free)         \
  FUNCTION(avcodec_parameters_from_context) \
  FUNCTION(avcodec_parameters_to_context)   \
  FUNCTION(avcodec_receive_frame)           \
  FUNCTION(avcodec_receive_packet)          \
  FUNCTION(avcodec_send_frame)              \
  FUNCTION(avcodec_send_packet)             \
  VISEME_SIDE_DATA(FUNCTION)

#define VISEME_AVFORMAT(FUNCTION)       \
  FUNCTION(av_find_best_stream)         \
  FUNCTION(av_find_input_format)        \
  FUNCTION(av_guess_format)             \
  FUNCTION(av_probe_input_buffer2)      \
  FUNCTION(av_read_frame)               \
  FUNCTION(av_write_frame)              \
  FUNCTION(av_write_trailer)            \
  FUNCTION(avformat_alloc_context)      \
  FUNCTION(avformat_close_input)        \
  FUNCTION(avformat_find_stream_info)   \
  FUNCTION(avformat_free_context)       \
  FUNCTION(avformat_new_stream)         \
  FUNCTION(avformat_open_input)         \
  FUNCTION(avformat_seek_file)          \
  FUNCTION(avformat_write_header)       \
  FUNCTION(avio_alloc_context)          \
  FUNCTION(avio_context_free)           \
  FUNCTION(avio_feof)                   \
  VISEME_STREAM_SIDE_DATA(FUNCTION)

#define VISEME_SWRESAMPLE(FUNCTION) \
  FUNCTION(swr_alloc_set_opts2)     \
  FUNCTION(swr_build_matrix2)       \
  FUNCTION(swr_convert)             \
  FUNCTION(swr_free)                \
  FUNCTION(swr_get_delay)           \
  FUNCTION(swr_init)                \
  FUNCTION(swr_inject_silence)      \
  FUNCTION(swr_set_compensation)    \
  FUNCTION(swr_set_matrix)

#define VISEME_SWSCALE(FUNCTION)     \
  FUNCTION(sws_freeContext)          \
  FUNCTION(sws_getCoefficients)      \
  FUNCTION(sws_getContext)           \
  FUNCTION(sws_scale)                \
  FUNCTION(sws_setColorspaceDetails)

#define VISEME_FUNCTIONS(FUNCTION) \
  VISEME_AVUTIL(FUNCTION)          \
  VISEME_AVCODEC(FUNCTION)         \
  VISEME_AVFORMAT(FUNCTION)        \
  VISEME_SWRESAMPLE(FUNCTION)      \
  VISEME_SWSCALE(FUNCTION)
